/** Milliseconds to and from the clock notation people read. */

export function format(ms, decimals = 0) {
  const total = Math.max(0, Math.floor(ms));
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = Math.floor(total / 1000) % 60;
  const pad = (number) => String(number).padStart(2, "0");
  const text = hours ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
  if (!decimals) return text;
  return `${text}.${String(total % 1000).padStart(3, "0").slice(0, decimals)}`;
}

export const range = (start, end, decimals = 0) =>
  `${format(start, decimals)}–${format(end, decimals)}`;

/** `1:02:03.4`, `62.5`, `1:02` -> milliseconds; null for anything else. */
export function parse(text) {
  const found = /^\s*(?:(?:(\d+):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?\s*$/.exec(text);
  if (!found) return null;
  const [, hours = "0", minutes, seconds, fraction = "0"] = found;
  if (minutes !== undefined && Number(seconds) > 59) return null;
  const whole = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
  return whole * 1000 + Number(fraction.padEnd(3, "0"));
}

/** Marks of a ruler: the step in ms whose marks stand at least `room_px` apart. */
export function rulerStep(px_per_ms, room_px = 72) {
  const steps = [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5];
  return steps.find((step) => step * px_per_ms >= room_px) ?? 72e5;
}
