// Many requests at once, as a browser makes them for a page and its pictures.

import { OAK, expect, test } from "../fixture/index.ts";

test("every page keeps its own policy while pictures are fetched", async ({ page, shop }) => {
  await page.goto(`/p/${OAK.slug}`);
  const pictures = await page.locator("img.picture").evaluateAll((images) =>
    images.map((image) => (image as HTMLImageElement).src),
  );
  const visit = async () => {
    let [pages, files] = [0, 0];
    for (let round = 0; round < 40; round += 1) {
      const [reply, ...others] = await Promise.all(
        [`${shop.url}/p/${OAK.slug}`, ...pictures].map((url) => fetch(url)),
      );
      const html = (await reply?.text()) ?? "";
      const policy = reply?.headers.get("content-security-policy") ?? "";
      const nonce = /nonce="([^"]+)"/.exec(html)?.[1] ?? "no nonce";
      if (!policy.includes(`'nonce-${nonce}'`)) pages += 1;
      for (const file of others) {
        await file.arrayBuffer();
        if (file.headers.get("content-security-policy")?.includes("nonce-")) files += 1;
      }
    }
    return { pages, files };
  };
  const wrong = await Promise.all(Array.from({ length: 6 }, visit));
  expect(wrong, "pages without their policy, pictures with a page's").toEqual(
    wrong.map(() => ({ pages: 0, files: 0 })),
  );
  await shop.expectOrders(0);
});

test("visitors who leave while a page is on its way disturb nothing", async ({ customer, shop }) => {
  await shop.rehearse("slow", { seconds: 1 });
  const leave = async () => {
    for (let round = 0; round < 25; round += 1) {
      const leaving = new AbortController();
      const reply = fetch(`${shop.url}/p/${OAK.slug}`, { signal: leaving.signal });
      // The head of the page is there, the stock is not; or not even the head.
      if (round % 2 === 0) await reply;
      leaving.abort();
      await reply.catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 8 }, leave));
  await shop.rehearse("normal");
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
  // What the server complained of is looked at when it stops.
});
