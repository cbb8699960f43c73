import { randomUUID } from "node:crypto";
import { CONTACT_ATTRIBUTES } from "../contract/outcomes";

const REFERENCE = /\$((?:\.[A-Za-z_][\w-]*)+)/g;

/** The state of one call, and the values that its flow can refer to by JSONPath. */
export class Contact {
  readonly id = randomUUID();
  readonly attributes: Record<string, string> = {};
  readonly flowAttributes: Record<string, string> = {};
  storedInput: string | undefined;
  external: Record<string, unknown> = {};
  loggingEnabled = true;

  constructor(
    readonly instanceArn: string,
    readonly customerAddress: string,
    readonly systemAddress: string,
  ) {}

  get outcome(): string | undefined {
    return this.attributes[CONTACT_ATTRIBUTES.outcome];
  }

  /** The value at a JSONPath such as `$.External.outcome`, as text; undefined if there is no value. */
  find(path: string): string | undefined {
    let value: unknown = this.#referenceable;
    for (const name of path.split(".").slice(1)) {
      if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
  }

  /** Replaces each reference in a text with its value. Like Connect, removes a reference without a value. */
  fill(text: string): string {
    return text.replace(REFERENCE, (path) => this.find(path) ?? "");
  }

  /** `Details.ContactData` of the event that a function receives. */
  get data(): object {
    return {
      Attributes: { ...this.attributes },
      Channel: "VOICE",
      ContactId: this.id,
      CustomerEndpoint: { Address: this.customerAddress, Type: "TELEPHONE_NUMBER" },
      CustomerId: null,
      Description: null,
      InitialContactId: this.id,
      InitiationMethod: "INBOUND",
      InstanceARN: this.instanceArn,
      LanguageCode: "en-US",
      MediaStreams: { Customer: { Audio: null } },
      Name: null,
      PreviousContactId: this.id,
      Queue: null,
      References: {},
      SystemEndpoint: { Address: this.systemAddress, Type: "TELEPHONE_NUMBER" },
    };
  }

  get #referenceable(): Record<string, unknown> {
    return {
      ...this.data,
      Attributes: this.attributes,
      FlowAttributes: this.flowAttributes,
      External: this.external,
      StoredCustomerInput: this.storedInput,
    };
  }
}
