import { accept, reject } from "./response";

/** Cards are valid for fewer years, so a later date is a mistake of the caller. */
const MAX_YEARS_AHEAD = 20;

/** Checks a date MMYY. A card is valid until the end of its month in the given time zone. */
export function checkExpiryDate(digits: string, timeZone: string, now: Date) {
  if (digits.length < 4) return reject("too-short");
  const [month, year] = [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2))];
  if (digits.length > 4 || month < 1 || month > 12) return reject("invalid-date");
  const current = monthIn(timeZone, now);
  const monthsAhead = (year - current.year) * 12 + month - current.month;
  if (monthsAhead < 0) return reject("expired");
  return monthsAhead > MAX_YEARS_AHEAD * 12 ? reject("invalid-date") : accept();
}

/** By time zone. Creating a formatter takes longer than all other steps of this check. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function monthIn(timeZone: string, now: Date): { year: number; month: number } {
  const formatter =
    formatters.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "numeric" });
  formatters.set(timeZone, formatter);
  const parts = formatter.formatToParts(now);
  const numberOf = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return { year: numberOf("year"), month: numberOf("month") };
}
