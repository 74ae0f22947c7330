// Leptos wakes the islands once the browser has nothing else to do. One that always has would never wake them.
if ("requestIdleCallback" in window) {
  const whenIdle = window.requestIdleCallback.bind(window);
  window.requestIdleCallback = (callback, options) => whenIdle(callback, { timeout: 2000, ...options });
}
