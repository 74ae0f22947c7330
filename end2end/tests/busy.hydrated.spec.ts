// A browser that always has something to do.

import { OAK, expect, test } from "../fixture/index.ts";

test("a page wakes up although the browser is never idle", async ({ customer, page, shop }) => {
  await page.addInitScript(() => {
    window.requestIdleCallback = (callback, options) => {
      const late = () => callback({ didTimeout: true, timeRemaining: () => 0 });
      return options?.timeout ? window.setTimeout(late, options.timeout) : 0;
    };
  });
  await customer.add(OAK);
  await expect(customer.cartLink(1)).toBeVisible();
  await shop.expectOrders(0);
});
