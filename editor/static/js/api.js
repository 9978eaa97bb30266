/** The JSON API: one error type that carries what the server said. */

import { t } from "./strings.js";

export class ApiError extends Error {
  constructor(status, body) {
    super(body.error ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }

  /** True when nothing reached the server, or it asked to try again. */
  get passing() {
    return this.status === 0 || this.status === 502 || this.status === 503;
  }
}

export const get = (path, { signal } = {}) =>
  send(path, { signal, headers: { Accept: "application/json" } });

/** A write. Its key makes it safe to send again when the answer was lost. */
export async function post(path, body) {
  const whole = { idempotency_key: newKey(), ...body };
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(whole),
  };
  try {
    return await send(path, request);
  } catch (error) {
    if (!(error instanceof ApiError) || !error.passing) throw error;
    await new Promise((resolve) => setTimeout(resolve, 600));
    return send(path, request);
  }
}

/** The HTML of one part of a page. */
export async function part(path) {
  const response = await fetch(path, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new ApiError(response.status, {});
  return response.text();
}

/** Random and unguessable; crypto.randomUUID exists only where the address is https or local. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(path, request) {
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new ApiError(0, { error: t("The editor does not answer; is it still running?") });
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({}));
  if (response.status === 401) {
    const sentence =
      "You are signed out. Open a new link from Slack, then try again; your words are kept here.";
    throw new ApiError(401, { ...body, error: t(sentence) });
  }
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}
