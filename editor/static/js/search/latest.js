/** Only the newest of several requests counts: it aborts the one before. */

export class Latest {
  constructor() {
    this.controller = null;
  }

  get busy() {
    return this.controller !== null;
  }

  /** Run `work(signal)`. What it gives, or null where a newer one or `stop` made it needless. */
  async run(work) {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    try {
      const result = await work(controller.signal);
      return controller.signal.aborted ? null : result;
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    } finally {
      if (this.controller === controller) this.controller = null;
    }
  }

  stop() {
    this.controller?.abort();
    this.controller = null;
  }
}
