import { OAK, expect, test } from "../fixture/index.ts";

test("every page has what every page must have", async ({ alarms, customer, page, shop }) => {
  alarms.allow(/status of 404 .*\/nothing-here/);
  const check = async (what: string) => {
    const faults = await page.evaluate(() => {
      const faults: string[] = [];
      const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
      // Not what a closed <details> holds.
      const shown = (element: HTMLElement) =>
        element.checkVisibility() && element.getClientRects().length > 0;
      const named = (element: HTMLElement) => element.outerHTML.slice(0, 160);
      const headings = all("h1").filter(shown);
      if (headings.length !== 1) faults.push(`${headings.length} h1`);
      if (!document.documentElement.lang) faults.push("no lang");
      if (!document.title.trim()) faults.push("no title");
      if (all("main").length !== 1) faults.push("not one main");
      for (const field of all('input:not([type="hidden"]), select, textarea')) {
        const labels = [...((field as HTMLInputElement).labels ?? [])];
        if (!labels.some((label) => label.textContent?.trim())) faults.push(`no label: ${named(field)}`);
      }
      for (const element of all("a[href], button")) {
        if (shown(element) && !element.innerText.trim() && !element.ariaLabel) {
          faults.push(`no name: ${named(element)}`);
        }
      }
      for (const image of all("img")) {
        if (!image.hasAttribute("alt")) faults.push(`no alt: ${named(image)}`);
        if (!image.getAttribute("width") || !image.getAttribute("height")) {
          faults.push(`no size: ${named(image)}`);
        }
      }
      const ids = all("[id]").map((element) => element.id);
      for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`);
      for (const attribute of ["aria-labelledby", "aria-describedby", "for", "form"]) {
        for (const element of all(`[${attribute}]`)) {
          for (const id of (element.getAttribute(attribute) ?? "").split(" ")) {
            if (!document.getElementById(id)) faults.push(`${attribute} without ${id}: ${named(element)}`);
          }
        }
      }
      let level = 0;
      for (const heading of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
        const next = Number(heading.tagName.slice(1));
        if (heading.closest("main") && next > level + 1) faults.push(`after h${level}: ${named(heading)}`);
        if (heading.closest("main")) level = next;
      }
      return faults;
    });
    expect(faults, what).toEqual([]);
  };
  const look = async (path: string) => {
    await customer.open(path);
    await check(path);
  };
  for (const path of ["/", "/c/wands", "/categories", "/search?q=wand", "/search?q=zzzz", `/p/${OAK.slug}`]) {
    await look(path);
  }
  for (const path of ["/cart", "/checkout", "/orders", "/how-ordering-works"]) await look(path);
  await look("/nothing-here");
  await customer.add(OAK, 3);
  await look("/cart");
  await look("/checkout");
  await customer.fill();
  await shop.rehearse("out_of_stock", { available: 1 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced();
  await check("a checkout that was refused");
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await check("an order that waits");
  await shop.rehearse("normal");
  await customer.button("Try now").click();
  await customer.confirmed();
  await check("a receipt");
  await look("/orders");
  await page.goto("/rehearsal");
  await check("the rehearsal's page");
  await shop.expectOrders(1, { rejected: 1 });
});

test("nothing comes from anywhere else, and the page is protected", async ({
  customer,
  page,
  shop,
}) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(shop.url)) elsewhere.push(request.url());
  });
  const response = await customer.open("/");
  const headers = response?.headers() ?? {};
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  await customer.open(`/p/${OAK.slug}`);
  expect(elsewhere).toEqual([]);
  await shop.expectOrders(0);
});
