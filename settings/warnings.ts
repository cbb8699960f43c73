import { CONNECT_REGIONS } from "./aws-regions";
import type { Settings } from "./settings";
import { voiceWarnings } from "./voice-problems";

/** One sentence for each setting that may not work, because this project does not know it. */
export const settingsWarnings = (settings: Settings): string[] => [
  ...(CONNECT_REGIONS.includes(settings.region)
    ? []
    : [
        `Whether the Region ${settings.region} has Amazon Connect is unknown. These Regions have it: ${CONNECT_REGIONS.join(", ")}.`,
      ]),
  ...voiceWarnings(settings),
];
