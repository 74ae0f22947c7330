// Pages of the catalogue are rendered once for everybody; only the number at the cart is a visitor's own.

import { OAK, expect, test } from "../fixture/index.ts";

// Pages of a rehearsal are not shared.
test.use({ rehearsal: false });

const PAGES = ["/", "/categories", "/c/wands", "/search?q=wand", `/p/${OAK.slug}`];

test("one page for all, each with the number of their own cart", async ({ customer, page, shop }) => {
  await customer.add(OAK, 3);
  for (const path of PAGES) {
    // Somebody else has just got it.
    const others = await (await fetch(`${shop.url}${path}`)).text();
    expect(others, path).toContain('aria-label="Cart, empty"');
    const reply = await page.goto(path);
    // A product's page is streamed to the first who asks, and is then another for a second.
    if (!path.startsWith("/p/")) {
      expect(reply?.headers()["etag"], path).toMatch(/^W\/"[0-9a-f]{32}-3"$/);
    }
    await customer.ready();
    await expect(customer.cartLink(3)).toBeVisible();
  }
  // It works as one that was rendered for its visitor: scripts run, forms are taken over or posted.
  await customer.add(OAK, 2);
  await page.goto("/c/wands");
  await expect(customer.cartLink(5)).toBeVisible();
  await page.goto("/checkout");
  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();
  await page.goto("/c/wands");
  await expect(customer.cartLink(0)).toBeVisible();
  await shop.expectOrders(1);
});
