// Between the browser and the store: off line, or an answer that is not the store's.

import { OAK, SUBMIT, expect, test } from "../fixture/index.ts";

const STATUS = "**/api/orders/status";
const BAD_GATEWAY = "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>";

const STRANGE_ANSWERS = [
  { what: "a 502 HTML page", answer: { status: 502, contentType: "text/html", body: BAD_GATEWAY } },
  { what: "an HTML page", answer: { status: 200, contentType: "text/html", body: BAD_GATEWAY } },
  { what: "an empty body", answer: { status: 200, contentType: "application/json", body: "" } },
  { what: "an empty object", answer: { status: 200, contentType: "application/json", body: "{}" } },
];

test("off line at the click, then on line: sent again by itself, once", async ({
  alarms,
  context,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/ERR_INTERNET_DISCONNECTED/);
  await customer.prepare(OAK);
  await context.setOffline(true);
  await customer.placeOrder.click();
  await customer.expectLost();
  await expect(page.getByText("You are off line. Keep this page open")).toBeVisible();
  await expect(customer.cartLink(0)).toBeVisible();
  await shop.expectOrders(0);

  await context.setOffline(false);
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("off line after the store has the order: the page finds out by itself", async ({
  alarms,
  context,
  customer,
  shop,
}) => {
  alarms.allow(/ERR_INTERNET_DISCONNECTED/);
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 2 });
  await customer.sendOrder();
  await shop.waitForOpenOrders(1);
  await context.setOffline(true);
  await shop.waitForOpenOrders(0);
  await context.setOffline(false);
  await customer.confirmed();
  await shop.expectOrders(1);
});

for (const { what, answer } of STRANGE_ANSWERS) {
  test(`${what} in place of the answer, the order not arrived: Checking, Try again`, async ({
    alarms,
    customer,
    page,
    shop,
  }) => {
    if (answer.status === 502) alarms.allow(/status of 502 .*\/api\/orders\/submit/);
    await customer.prepare(OAK);
    await page.route(SUBMIT, (route) => route.fulfill(answer), { times: 1 });
    await customer.placeOrder.click();
    await customer.expectLost();
    await shop.expectOrders(0);
    // Before the page sends it again by itself.
    await customer.button("Try again").click();
    await customer.confirmed();
    await shop.expectOrders(1);
  });
}

test("a 502 HTML page in place of the answer, the order arrived: Try again gives its number", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/status of 502 .*\/api\/orders\/submit/);
  await customer.prepare(OAK);
  // The page asks every few seconds; it must not be faster than the click here.
  let clicked = () => {};
  const untilClicked = new Promise<void>((resolve) => (clicked = resolve));
  await page.route(STATUS, async (route) => {
    await untilClicked;
    await route.continue();
  });
  let number = "";
  await page.route(
    SUBMIT,
    async (route) => {
      const reply = await route.fetch();
      number = ((await reply.json()) as { number: string }).number;
      await route.fulfill(STRANGE_ANSWERS[0]!.answer);
    },
    { times: 1 },
  );
  await customer.placeOrder.click();
  await customer.expectLost();
  await shop.expectOrders(1);
  await customer.button("Try again").click();
  clicked();
  expect(await customer.confirmed()).toBe(number);
  await shop.expectOrders(1);
});

test("a 502 HTML page in place of the answer, the order arrived: the page finds out", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/status of 502 .*\/api\/orders\/submit/);
  await customer.prepare(OAK);
  // Else it may find out before anybody has read that it does not know.
  let read = () => {};
  const untilRead = new Promise<void>((resolve) => (read = resolve));
  await page.route(STATUS, async (route) => {
    await untilRead;
    await route.continue();
  });
  await page.route(
    SUBMIT,
    async (route) => {
      await route.fetch();
      await route.fulfill(STRANGE_ANSWERS[0]!.answer);
    },
    { times: 1 },
  );
  await customer.placeOrder.click();
  await customer.expectLost();
  read();
  await customer.confirmed();
  await shop.expectOrders(1);
});
