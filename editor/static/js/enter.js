/** Sends the sign-in form by itself, once a person's browser shows it. */

const form = document.getElementById("enter");
if (document.visibilityState === "visible") form.submit();
else document.addEventListener("visibilitychange", () => form.submit(), { once: true });
