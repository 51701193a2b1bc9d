const DAY = 86_400n;
const HOUR = 3_600n;
const MINUTE = 60n;
/** More than a calendar knows. */
const MOST_SECONDS = 2n ** 36n;

/** A second for people, in UTC. */
export function moment(seconds: bigint): string {
  return seconds < MOST_SECONDS ? new Date(Number(seconds) * 1_000).toISOString().replace(".000Z", "Z") : "never";
}

/** A time span for people, in its two largest units. */
export function span(seconds: bigint): string {
  if (seconds < 0n) return `-${span(-seconds)}`;
  const [days, hours, minutes] = [seconds / DAY, (seconds % DAY) / HOUR, (seconds % HOUR) / MINUTE];
  if (days > 0n) return `${days} d ${hours} h`;
  if (hours > 0n) return `${hours} h ${minutes} min`;
  return minutes > 0n ? `${minutes} min ${seconds % MINUTE} s` : `${seconds} s`;
}
