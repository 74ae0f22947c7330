// Pages that somebody else changed: a translator, an extension, or a new version of the shop.

import type { Page } from "@playwright/test";
import { OAK, expect, pounds, test } from "../fixture/index.ts";

/** What Chromium's translator does to a page: each text gets elements of its own. */
async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const texts: Text[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) texts.push(walk.currentNode as Text);
    for (const text of texts) {
      if (!text.data.trim() || text.parentElement?.closest("script, style, noscript")) continue;
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      inner.textContent = text.data;
      outer.append(inner);
      text.replaceWith(outer);
    }
  });
}

test("a translated page follows an order that is safe with us", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await translate(page);
  await customer.expectSafe();
  await shop.rehearse("normal");
  await customer.button("Try now").click();
  await customer.confirmed();
  await expect(customer.card).not.toContainText("Safe with us");
  await expect(customer.card).not.toContainText("Try now");
  await shop.expectOrders(1);
});

test("a translated checkout goes from sending to saved to confirmed, and says what is wrong", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("out_of_stock", { available: 0 });
  await translate(page);
  await customer.placeOrder.click();
  await customer.expectNotPlaced(`${OAK.name} is out of stock.`);
  await translate(page);
  await shop.rehearse("slow", { seconds: 2 });
  await customer.placeOrder.click();
  await translate(page);
  await customer.expectSaved();
  await expect(customer.card).not.toContainText("keep this page open");
  await customer.confirmed();
  await shop.expectOrders(1, { rejected: 1 });
});

test("a translated cart shows what it holds", async ({ customer, page, shop }) => {
  await customer.add(OAK, 2);
  await customer.open("/cart");
  await translate(page);
  const quantity = page.getByLabel(`Quantity of ${OAK.name}`);
  await quantity.fill("3");
  await quantity.press("Tab");
  await expect(page.getByRole("banner")).toContainText("3");
  await expect(page.getByText(`Subtotal ${pounds(3 * OAK.priceMinor)}`)).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(pounds(2 * OAK.priceMinor));
  await customer.button(`Remove ${OAK.name}`).click();
  await expect(page.getByText("Your cart is empty.")).toBeVisible();
  await shop.expectOrders(0);
});

/** Opens a page and changes it before its code arrives. */
async function before(page: Page, path: string, change: () => void): Promise<void> {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(path);
  await page.evaluate(change);
  arrive();
}

test("an extension's element in a form: the page says so, and sells all the same", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/panicked|unreachable|RuntimeError|hydration|error/i);
  await before(page, `/p/${OAK.slug}`, () => {
    for (const form of document.querySelectorAll(".add-form")) {
      form.prepend(document.createElement("div"));
    }
  });
  const notice = page.getByRole("alert").filter({ hasText: "has stopped working" });
  await expect(notice).toContainText("Your cart is kept");
  await expect(notice.getByRole("link", { name: "Reload" })).toBeVisible();
  await customer.button("Add to cart").click();
  await expect(customer.heading("Your cart")).toBeVisible();
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("1");
  await shop.expectOrders(0);
});

test("an extension's elements around the page's own: everything lives", async ({
  customer,
  page,
  shop,
}) => {
  await before(page, `/p/${OAK.slug}`, () => {
    document.body.prepend(document.createElement("div"));
    document.body.append(document.createElement("grammarly-extension"));
    document.documentElement.append(document.createElement("div"));
    document.documentElement.setAttribute("data-extension", "1");
    document.querySelector("main")?.prepend(document.createElement("span"));
  });
  await customer.ready();
  await customer.button("Add to cart").click();
  await expect(page.getByText("Added to your cart.")).toBeVisible();
  await expect(page.getByText("stopped working")).toBeHidden();
  await shop.expectOrders(0);
});

test("an old page with new code says that it is out of date, and sells all the same", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 2);
  await page.route("**/checkout", async (route) => {
    const reply = await route.fetch();
    const old = (await reply.text()).replace(/data-build="[^"]*"/, 'data-build="yesterday"');
    await route.fulfill({ response: reply, body: old });
  });
  await page.goto("/checkout");
  const notice = page.getByRole("alert").filter({ hasText: "This page is out of date" });
  await expect(notice).toContainText("your cart is kept");
  for (const name of ["name", "email", "line1", "city", "postcode"] as const) {
    await customer.field(name).fill(`early@${name}`);
  }
  await page.unroute("**/checkout");
  await notice.getByRole("link", { name: "Reload" }).click();
  await customer.ready();
  await expect(page.getByText("out of date")).toBeHidden();
  await expect(customer.cartLink(2)).toBeVisible();
  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});
