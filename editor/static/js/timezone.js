/** The timezone of this browser, told to the server in a cookie: dates in a query are read in it. */

const NAME = "clipops_timezone";

/** The cookie text, or null where the browser does not know its zone or said it already. */
export function timezoneCookie(zone, cookies) {
  if (!zone || !/^[A-Za-z0-9_+\-/]{1,64}$/.test(zone)) return null;
  if (cookies.split("; ").includes(`${NAME}=${zone}`)) return null;
  return `${NAME}=${zone}; path=/; max-age=31536000; samesite=lax`;
}

/** Keep it; true where the server did not know it before and does now. */
export function tellTimezone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const cookie = timezoneCookie(timeZone, document.cookie);
  if (!cookie) return false;
  document.cookie = cookie;
  return timezoneCookie(timeZone, document.cookie) === null;
}
