import { MILLISECONDS_A_DAY } from "./certificate";

/** Time enough to rotate in quiet. */
const WARN_FROM_DAYS = 60;

/** Whether a certificate ends so soon, or has ended, that the next key pair is due. */
export const isDue = (notAfter: string, now: Date): boolean => daysLeft(notAfter, now) <= WARN_FROM_DAYS;

export const hasExpired = (notAfter: string, now: Date): boolean => new Date(notAfter) < now;

/** A sentence about a certificate that ends soon; nothing of one that has time, or has expired, which is an error. */
export function expiryWarning({ name, notAfter }: { name: string; notAfter: string }, now: Date): string | undefined {
  if (!isDue(notAfter, now) || hasExpired(notAfter, now)) return undefined;
  const days = daysLeft(notAfter, now);
  return `The certificate of the key pair ${name} ends on ${notAfter.slice(0, 10)}, in ${days} ${days === 1 ? "day" : "days"}, and no call after that could be encrypted under it: move to a new pair with "npm run ivr -- keys rotate".`;
}

const daysLeft = (notAfter: string, now: Date) =>
  Math.ceil((new Date(notAfter).getTime() - now.getTime()) / MILLISECONDS_A_DAY);
