// WCAG 2.2, 1.4.10 and 1.4.4: at 320 px nothing has to be pushed sideways, nor with text twice as large.

import { OAK, expect, test, type Customer } from "../fixture/index.ts";
import type { Page } from "@playwright/test";

const WIDTH = 320;
test.use({ viewport: { width: WIDTH, height: 640 } });

/** Nothing is wider than the window; the categories may be pushed sideways inside their own bar. */
async function fits(page: Page, what: string): Promise<void> {
  // Without its stylesheet a page has another width.
  await page.waitForLoadState("load");
  const wide = await page.evaluate((width) => {
    const over = [...document.querySelectorAll("body *:not(.categories *):not(.unseen)")].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    );
    return {
      width: document.documentElement.scrollWidth,
      over: over.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    };
  }, WIDTH);
  expect(wide.width, `${what}; beyond the edge: ${wide.over.join("\n")}`).toBeLessThanOrEqual(WIDTH);
}

async function everywhere(customer: Customer, page: Page, enlarge: () => Promise<void>) {
  const pages = [
    "/",
    "/c/wands",
    "/c/wands?page=2",
    "/categories",
    "/search?q=wand",
    "/search?q=nothinglikethis",
    `/p/${OAK.slug}`,
    "/cart",
    "/checkout",
    "/orders",
    "/how-ordering-works",
    "/no/such/page",
    "/orders/00000000000000000000000000000000",
  ];
  for (const path of pages) {
    await customer.open(path);
    await enlarge();
    await fits(page, path);
  }
}

for (const [name, size] of [
  ["as it is", "100%"],
  ["twice as large", "200%"],
] as const) {
  test(`320 px hold all pages, with text ${name}`, async ({ alarms, customer, page, shop }) => {
    alarms.allow(/status of 404 .*\/(no\/such\/page|orders\/0+)/);
    // A style of the page itself would be against its policy, and this is the browser's own setting.
    const enlarge = async () => {
      await page.evaluate((size) => {
        document.documentElement.style.fontSize = size;
      }, size);
    };
    await customer.add({ ...OAK, slug: "encyclopaedia-of-small-magics" }, 2);
    await customer.add(OAK, 123);
    await everywhere(customer, page, enlarge);
    await customer.open("/checkout");
    await customer.fill({ name: "W".repeat(60), line1: "Llanfairpwllgwyngyll".repeat(4) });
    await shop.rehearse("out_of_stock", { available: 1 });
    await customer.placeOrder.click();
    await customer.expectNotPlaced();
    await enlarge();
    await fits(page, "a checkout that was refused");
    await shop.rehearse("down");
    await customer.placeOrder.click();
    await customer.expectSafe();
    await enlarge();
    await fits(page, "an order that waits");
    await customer.open("/orders");
    await enlarge();
    await fits(page, "my orders");
    await customer.page.locator(".forget-me summary").click();
    await fits(page, "my orders, about to forget");
    await shop.expectOrders(0, { rejected: 1, open: 1 });
  });
}

test("pictures beside the headline are not fetched where they are not shown", async ({
  customer,
  page,
  shop,
}) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await customer.open("/");
  await page.waitForLoadState("networkidle");
  expect(fetched).not.toContain("/products/1f52d.webp");
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => fetched).toContain("/products/1f52d.webp");
  await shop.expectOrders(0);
});
