const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * @param {number} bytes
 * @returns {string} Such as `25.0 MiB`.
 */
export function formatBytes(bytes) {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/**
 * @param {number} milliseconds
 * @returns {string} Such as `0.31 s`, `12.4 s` or `3 min 5 s`.
 */
export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
