import { Customer, OAK, expect, test } from "../fixture/index.ts";

test("an open order's page follows it by itself, in every tab", async ({
  context,
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const other = new Customer(await context.newPage(), true);
  await other.open(page.url());
  await other.expectSafe();
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/api/orders/status") ? 1 : 0));

  await shop.rehearse("normal");
  const numbers = await Promise.all([customer.confirmed(), other.confirmed()]);
  expect(numbers[0]).toBe(numbers[1]);
  await expect(customer.button("Try now")).toBeHidden();
  expect(asked, "news came by itself, so nobody asked").toBe(0);
  await shop.expectOrders(1);
});

test("where live news cannot be had, the page asks", async ({ alarms, customer, page, shop }) => {
  alarms.allow(/orders\/[^/]+\/events/);
  await page.route("**/orders/*/events", (route) => route.fulfill({ status: 502, body: "" }));
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await shop.rehearse("normal");
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("the shop says every few seconds that the connection is alive", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const alive = await page.evaluate(
    (address) =>
      new Promise<string>((resolve, reject) => {
        const events = new EventSource(`${address}/events`);
        events.addEventListener("alive", (event) => resolve((event as MessageEvent).data));
        setTimeout(() => reject(new Error("nothing in 20 s")), 20_000);
      }),
    page.url(),
  );
  expect(alive).not.toBe("");
  await shop.rehearse("normal");
  await customer.button("Try now").click();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("a hidden page holds no connection, and asks at once when it is seen again", async ({
  customer,
  page,
  shop,
}) => {
  await page.addInitScript(() => {
    const open = new Set<EventSource>();
    const Native = window.EventSource;
    window.EventSource = class extends Native {
      constructor(address: string | URL, init?: EventSourceInit) {
        super(address, init);
        open.add(this);
      }
      close() {
        super.close();
        open.delete(this);
      }
    };
    let hidden = false;
    Object.defineProperty(document, "hidden", { get: () => hidden });
    Object.assign(window, {
      connections: () => open.size,
      hide: (now: boolean) => {
        hidden = now;
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      },
    });
  });
  const connections = () =>
    page.evaluate(() => (window as unknown as { connections: () => number }).connections());
  const hide = (now: boolean) =>
    page.evaluate((now) => (window as unknown as { hide: (now: boolean) => void }).hide(now), now);
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await expect.poll(connections).toBe(1);
  await hide(true);
  await expect.poll(connections).toBe(0);
  await shop.rehearse("normal");
  await page.request.post("/api/orders/retry", {
    form: { receipt: page.url().split("/").at(-1) ?? "" },
    headers: { accept: "application/json" },
  });
  await shop.waitForOpenOrders(0);
  await expect(customer.card).toContainText("Safe with us");

  await hide(false);
  await customer.confirmed();
  await expect.poll(connections, "nothing is followed to no end").toBe(0);
  await shop.expectOrders(1);
});

test("after live news failed they are tried again", async ({ alarms, customer, page, shop }) => {
  alarms.allow(/orders\/[^/]+\/events/);
  let tried = 0;
  await page.route("**/orders/*/events", (route) => {
    tried += 1;
    return tried < 3 ? route.fulfill({ status: 502, body: "" }) : route.continue();
  });
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await expect.poll(() => tried, { timeout: 40_000 }).toBe(3);
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/api/orders/status") ? 1 : 0));
  await shop.rehearse("normal");
  await customer.button("Try now").click();
  await customer.confirmed();
  expect(asked, "news came by the connection").toBe(0);
  await shop.expectOrders(1);
});

test("a connection that never speaks is helped out by asking", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/orders\/[^/]+\/events/);
  await page.clock.install();
  await page.route("**/orders/*/events", () => {});
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await shop.rehearse("normal");
  await page.request.post("/api/orders/retry", {
    form: { receipt: page.url().split("/").at(-1) ?? "" },
    headers: { accept: "application/json" },
  });
  await shop.waitForOpenOrders(0);
  await page.clock.runFor(30_000);
  await customer.confirmed();
  await shop.expectOrders(1);
});
