//! Products.

use super::{named, read};
use crate::clock::rfc3339;
use crate::http::Api;
use crate::http::caller::{Admin, Caller};
use crate::http::refusal::Refusal;
use crate::http::request::{Parameters, header, malformed};
use crate::{
    EditRefused, FieldError, FieldMarks, PastPrice, ProductEntry, ProductFields, ProductQuery,
    ProductStatus, Shelf, StockedProduct,
};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{ETAG, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use model::{Problem, Product};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A product with its stock.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminProduct {
    product: Product,
    /// Pieces in the warehouse, the reserved ones among them.
    on_hand: i64,
    /// Pieces promised to orders.
    reserved: i64,
    /// A mark of everything that can be edited; the `ETag` of the product, for `If-Match`.
    edition: String,
    /// Kept for its history only.
    archived: bool,
}

impl From<StockedProduct> for AdminProduct {
    fn from(stocked: StockedProduct) -> Self {
        Self {
            edition: stocked.edition(),
            on_hand: stocked.on_hand,
            reserved: stocked.reserved,
            archived: stocked.status() == ProductStatus::Archived,
            product: stocked.product,
        }
    }
}

/// A page of products, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminProducts {
    products: Vec<AdminProduct>,
    /// From 1.
    page: i64,
    pages: i64,
    /// Products of all pages.
    total: i64,
}

/// A price that a product has or had.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminPrice {
    price_version: i64,
    price_minor: i64,
    /// RFC 3339 UTC.
    valid_from: String,
    /// Null while it is the price.
    valid_to: Option<String>,
}

impl From<PastPrice> for AdminPrice {
    fn from(price: PastPrice) -> Self {
        Self {
            price_version: price.price_version,
            price_minor: price.price_minor,
            valid_from: rfc3339(price.valid_from_ms),
            valid_to: super::time(price.valid_to_ms),
        }
    }
}

/// A product with every price that it had, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminProductDetail {
    #[serde(flatten)]
    product: AdminProduct,
    prices: Vec<AdminPrice>,
}

/// What can be edited of a product. A new one begins without stock, sold in GBP.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductBody {
    /// Required for a new product. It never changes: with a PUT it is the address's, or missing.
    #[serde(default)]
    sku: Option<String>,
    name: String,
    category: String,
    /// Plain text; paragraphs are separated by an empty line.
    #[serde(default)]
    description: String,
    /// Path or address of a picture; may be empty.
    #[serde(default)]
    image: String,
    /// Minor units, tax included.
    price_minor: i64,
    published: bool,
    /// False: published, but in no list and not found by search.
    #[serde(default = "yes")]
    listed: bool,
    /// True: a draft that is hidden from staff's lists too; not together with `published`.
    #[serde(default)]
    archived: bool,
    /// False: its stock is not counted, it can always be bought.
    #[serde(default = "yes")]
    tracked: bool,
}

fn yes() -> bool {
    true
}

impl ProductBody {
    /// As it would stand in a form.
    fn entry(self) -> Result<ProductEntry, Refusal> {
        if self.published && self.archived {
            let why = "archived goes without published";
            return Err(Refusal::Invalid(why.to_owned()));
        }
        let fields = ProductFields {
            name: self.name,
            category: self.category,
            description: self.description,
            image: self.image,
            price_minor: self.price_minor,
            status: ProductStatus::of(self.published, self.listed, self.archived),
            tracked: self.tracked,
        };
        Ok(ProductEntry::of(&self.sku.unwrap_or_default(), &fields))
    }
}

const CURRENCY: &str = "GBP";

/// Products by name, with search and filters.
#[utoipa::path(
    get, path = "/entmine/v1/admin/products", tag = "admin", operation_id = "admin_list_products",
    params(
        ("text" = Option<String>, Query, description = "Words of name, SKU or category; all have to be there"),
        ("category" = Option<String>, Query),
        ("published" = Option<bool>, Query),
        ("archived" = Option<bool>, Query, description = "True: only the archived ones, which are in no list else"),
        ("short" = Option<bool>, Query, description = "Only those with 5 pieces or fewer available"),
        ("page" = Option<i64>, Query, description = "From 1; 50 products each"),
    ),
    responses(
        (status = 200, body = AdminProducts),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller<Admin>,
    uri: Uri,
) -> Result<Json<AdminProducts>, Refusal> {
    let parameters = Parameters::of(&uri)?;
    let query = ProductQuery {
        text: parameters.one("text")?.unwrap_or_default().to_owned(),
        category: parameters.one("category")?.map(str::to_owned),
        shelf: match (parameters.flag("published")?, parameters.flag("archived")?) {
            (_, Some(true)) => Shelf::Archived,
            (Some(true), _) => Shelf::Published,
            (Some(false), _) => Shelf::Unpublished,
            (None, _) => Shelf::Current,
        },
        short: parameters.flag("short")?.unwrap_or(false),
        page: parameters.page()?,
    };
    let _place = api.begin(&caller.store)?;
    let found = api.entmine().products(query).await;
    let found = found.map_err(|error| Refusal::reading(&error))?;
    Ok(Json(AdminProducts {
        products: found.products.into_iter().map(AdminProduct::from).collect(),
        page: found.paging.page,
        pages: found.paging.pages,
        total: found.paging.total,
    }))
}

/// One product with its prices. Its `ETag` is the edition.
#[utoipa::path(
    get, path = "/entmine/v1/admin/products/{sku}", tag = "admin", operation_id = "admin_show_product",
    params(("sku" = String, Path)),
    responses(
        (status = 200, body = AdminProductDetail),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: Caller<Admin>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let sku = named(path)?;
    let _place = api.begin(&caller.store)?;
    let product = api.entmine().product(&sku).await;
    let product = product.map_err(|error| Refusal::reading(&error))?;
    let product = product.ok_or(Refusal::UnknownProduct)?;
    let prices = api.entmine().price_history(&sku).await;
    let prices = prices.map_err(|error| Refusal::reading(&error))?;
    Ok(detail(product, prices, StatusCode::OK))
}

fn detail(product: StockedProduct, prices: Vec<PastPrice>, status: StatusCode) -> Response {
    let product = AdminProduct::from(product);
    // Hexadecimal digits are always a header's value.
    let etag = HeaderValue::from_str(&format!("\"{}\"", product.edition)).ok();
    let detail = AdminProductDetail {
        product,
        prices: prices.into_iter().map(AdminPrice::from).collect(),
    };
    let mut response = (status, Json(detail)).into_response();
    response.headers_mut().extend(etag.map(|etag| (ETAG, etag)));
    response
}

/// Adds a product.
#[utoipa::path(
    post, path = "/entmine/v1/admin/products", tag = "admin", operation_id = "admin_create_product",
    request_body = ProductBody,
    responses(
        (status = 201, body = AdminProductDetail),
        (status = 409, description = "sku-taken", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "invalid", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(api): State<Api>,
    caller: Caller<Admin>,
    request: Request,
) -> Result<Response, Refusal> {
    let body: ProductBody = read(request).await?;
    if body.sku.is_none() {
        return Err(malformed("the field sku is missing"));
    }
    let entry = body.entry()?;
    let (sku, fields) = entry.new_product().map_err(invalid)?;
    let _place = api.begin(&caller.store)?;
    let (entmine, actor) = (api.entmine(), caller.actor());
    let created = entmine.create_product(&sku, fields, CURRENCY, &actor).await;
    let created = created
        .map_err(|error| Refusal::writing(&error))?
        .map_err(|_| Refusal::SkuTaken)?;
    Ok(detail(created.product, created.prices, StatusCode::CREATED))
}

/// Changes a product that is as it was when the caller looked: `If-Match` has its edition.
#[utoipa::path(
    put, path = "/entmine/v1/admin/products/{sku}", tag = "admin", operation_id = "admin_edit_product",
    params(
        ("sku" = String, Path),
        ("If-Match" = String, Header, description = "The edition in quotation marks, as the ETag has it"),
    ),
    request_body = ProductBody,
    responses(
        (status = 200, body = AdminProductDetail),
        (status = 409, description = "changed-meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "invalid", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn edit(
    State(api): State<Api>,
    caller: Caller<Admin>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let sku = named(path)?;
    let edition = header(request.headers(), "If-Match")?;
    let edition = edition.ok_or_else(|| malformed("the header If-Match is missing"))?;
    let edition = edition.trim_matches('"').to_owned();
    let body: ProductBody = read(request).await?;
    if body.sku.as_ref().is_some_and(|given| *given != sku) {
        let why = "sku is another than the address's, and never changes";
        return Err(Refusal::Invalid(why.to_owned()));
    }
    let entry = body.entry()?;
    let seen = FieldMarks::parse(&edition);
    let fields = entry.fields_since(&seen).map_err(invalid)?;
    let _place = api.begin(&caller.store)?;
    let (entmine, actor) = (api.entmine(), caller.actor());
    let edited = entmine.edit_product(&sku, &edition, fields, &actor).await;
    match edited.map_err(|error| Refusal::writing(&error))? {
        Ok(saved) => Ok(detail(saved.product, saved.prices, StatusCode::OK)),
        Err(EditRefused::UnknownProduct) => Err(Refusal::UnknownProduct),
        Err(EditRefused::Conflict { current }) => Err(Refusal::Changed(format!(
            "the product's edition is {} by now",
            current.edition()
        ))),
    }
}

fn invalid(errors: Vec<FieldError>) -> Refusal {
    let words = errors
        .iter()
        .map(|error| format!("{} {}", error.field, error.reason));
    Refusal::Invalid(words.collect::<Vec<_>>().join("; "))
}
