/** Tabs of the side panel, with the arrow keys of the ARIA pattern. */

export class Tabs {
  constructor(onShow) {
    this.tabs = [...document.querySelectorAll("[role=tab]")];
    this.onShow = onShow;
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab));
      tab.addEventListener("keydown", (event) => {
        if (event.code !== "ArrowLeft" && event.code !== "ArrowRight") return;
        event.preventDefault();
        event.stopPropagation();
        const other = this.tabs[(this.tabs.indexOf(tab) + 1) % this.tabs.length];
        this.show(other);
        other.focus();
      });
    }
  }

  show(chosen) {
    for (const tab of this.tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    this.onShow(chosen.id);
  }

  /** The other of two. */
  toggle(id) {
    const tab = this.tabs.find((item) => item.id === id);
    const shown = tab.getAttribute("aria-selected") === "true";
    this.show(shown ? this.tabs.find((item) => item !== tab) : tab);
  }
}
