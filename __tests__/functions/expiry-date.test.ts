import { checkExpiryDate } from "../../functions/decrypt-customer-input/expiry-date";

const outcome = (digits: string, timeZone: string, now: string) =>
  checkExpiryDate(digits, timeZone, new Date(now)).outcome;

it.each([
  ["UTC", "2027-02-28T23:59:59Z", "accepted"],
  ["UTC", "2027-03-01T00:00:00Z", "expired"],
  // At the same moment it can be February in New York and March in Tokyo.
  ["America/New_York", "2027-03-01T04:59:59Z", "accepted"],
  ["America/New_York", "2027-03-01T05:00:00Z", "expired"],
  ["Asia/Tokyo", "2027-02-28T14:59:59Z", "accepted"],
  ["Asia/Tokyo", "2027-02-28T15:00:00Z", "expired"],
])("a card is valid until the end of its month in %s: %s", (timeZone, now, expected) => {
  expect(outcome("0227", timeZone, now)).toBe(expected);
});

it("a date more than twenty years ahead is invalid", () => {
  expect(outcome("0247", "UTC", "2027-02-01T00:00:00Z")).toBe("accepted");
  expect(outcome("0347", "UTC", "2027-02-01T00:00:00Z")).toBe("invalid-date");
});
