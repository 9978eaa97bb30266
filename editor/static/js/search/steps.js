/** From one answer to the next by key, without going round at the ends. */

const DIRECTION = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 };

/** 1, -1 or 0 for a combo; arrows only where a moment has the focus, else they scroll. */
export function directionOf(combo, onMoment) {
  if (combo.startsWith("Arrow") && !onMoment) return 0;
  return DIRECTION[combo] ?? 0;
}

/** The place to go to from `index` (-1: none yet) among `count`; -1 where there is none. */
export function stepFrom(index, direction, count) {
  if (!count) return -1;
  if (index < 0) return direction > 0 ? 0 : count - 1;
  return Math.min(Math.max(index + direction, 0), count - 1);
}
