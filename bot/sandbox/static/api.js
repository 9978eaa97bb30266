// Talking to the sandbox: what the person does goes out by POST, changes come in as events.

export class Refused extends Error {}

/** POSTs and returns the answer. Throws Refused with the sandbox's word for what went wrong. */
export async function send(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? String(response.status));
  return answer;
}

export async function get(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Refused(String(response.status));
  return response.json();
}

/** Keeps `receive(state, isWhole)` up to date for one person until `stop()` is called. */
export class Feed {
  constructor(person, receive, lost) {
    this.person = person;
    this.receive = receive;
    this.lost = lost;
    this.stopped = false;
    this.connect();
  }

  async connect() {
    try {
      const state = await get(`/page/state?person=${this.person}`);
      if (this.stopped) return;
      this.lost(false);
      this.receive(state, true);
      this.source = new EventSource(`/page/changes?person=${this.person}&after=${state.seq}`);
      this.source.onmessage = (event) => this.receive(JSON.parse(event.data), false);
      // A restarted sandbox counts from zero again, so begin with its whole state.
      this.source.onerror = () => {
        this.source.close();
        this.again();
      };
    } catch {
      this.again();
    }
  }

  again() {
    if (this.stopped) return;
    this.lost(true);
    setTimeout(() => !this.stopped && this.connect(), 1000);
  }

  stop() {
    this.stopped = true;
    this.source?.close();
  }
}
