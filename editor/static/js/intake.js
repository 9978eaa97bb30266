/** Brings videos in: files chosen or dropped anywhere on the page, and links. */

import { get, post } from "./api.js";
import { bindDropping } from "./dropping.js";
import { t } from "./strings.js";
import { toast } from "./toast.js";

const POLL_MS = 1200;

export function bindIntake(onArrival) {
  const dialog = document.getElementById("add-dialog");
  const form = document.getElementById("add-form");
  const files = document.getElementById("files");
  const holder = document.getElementById("arrivals");
  const items = new Map();
  let polling = false;

  document.getElementById("add").addEventListener("click", () => dialog.showModal());
  files.addEventListener("change", () => {
    dialog.close();
    takeAll(files.files);
    files.value = "";
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "fetch") return;
    event.preventDefault();
    if (!form.elements.url.value) form.elements.url.focus();
    else fetchLink(form.elements.url.value);
  });
  bindDropping(takeAll);
  poll();

  const camera = () => Number(form.elements.camera?.value) || null;

  async function fetchLink(url) {
    try {
      await post("/api/arrivals", { url, camera_id: camera() });
      form.elements.url.value = "";
      dialog.close();
      poll();
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }

  /** One after the other: together they would only share the same line. */
  async function takeAll(chosen) {
    for (const file of [...chosen]) await upload(file);
  }

  function upload(file) {
    const item = show(`upload-${file.name}-${file.size}`, t("Uploading {name}", { name: file.name }));
    const query = new URLSearchParams({ name: file.name });
    if (camera()) query.set("camera", camera());
    const request = new XMLHttpRequest();
    request.open("POST", `/api/uploads?${query}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => item.progress(event.loaded / file.size));
    request.upload.addEventListener("load", () => item.say(t("Reading {name}", { name: file.name })));
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        if (request.status === 201) {
          item.remove();
          toast(t("{name} is here", { name: file.name }));
          onArrival();
        } else item.fail(reasonOf(request));
        resolve();
      });
      request.send(file);
    });
  }

  async function poll() {
    if (polling) return;
    polling = true;
    const { arrivals } = await get("/api/arrivals").catch(() => ({ arrivals: [] }));
    const present = new Set(arrivals.map((arrival) => `link-${arrival.id}`));
    for (const arrival of arrivals) {
      const key = `link-${arrival.id}`;
      const item = items.get(key) ?? show(key, t("Fetching {name}", { name: arrival.label }));
      if (arrival.error) {
        item.fail(arrival.error, () => post(`/api/arrivals/${arrival.id}/dismiss`, {}));
      } else item.progress(arrival.progress);
    }
    for (const [key, item] of items) {
      if (!key.startsWith("link-") || present.has(key)) continue;
      item.remove();
      onArrival();
    }
    polling = false;
    if (arrivals.some((arrival) => !arrival.error)) setTimeout(poll, POLL_MS);
  }

  function show(key, words) {
    const line = document.createElement("li");
    const text = document.createElement("span");
    const bar = document.createElement("progress");
    text.textContent = words;
    bar.max = 1;
    line.append(text, bar);
    holder.append(line);
    const item = {
      progress: (share) => (bar.value = share),
      say: (said) => {
        text.textContent = said;
        bar.removeAttribute("value");
      },
      remove: () => {
        line.remove();
        items.delete(key);
      },
      fail: (reason, forget = () => null) => {
        line.className = "bad";
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button small";
        button.textContent = t("Dismiss");
        button.addEventListener("click", () => {
          item.remove();
          forget();
        });
        text.textContent = reason;
        line.replaceChildren(text, button);
      },
    };
    items.set(key, item);
    return item;
  }
}

function reasonOf(request) {
  try {
    return JSON.parse(request.responseText).error;
  } catch {
    return t("The upload was interrupted; try again.");
  }
}
