//! Who an order is for.

use serde::{Deserialize, Serialize};

/// The customer of one order, as EntMine stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub address: Address,
}

/// Where the goods go. `country` is an ISO 3166-1 alpha-2 code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Address {
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    /// A state, province, county, emirate or island, where the customer named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Empty where the country has no postcodes.
    pub postcode: String,
    pub country: String,
}

/// The checkout's fields exactly as the customer typed them: never trusted, kept as the session's
/// draft so that nothing has to be typed twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub region: String,
    pub postcode: String,
    pub country: String,
    pub note: String,
}

impl OrderForm {
    /// The address of a form that was checked.
    pub fn address(&self) -> Address {
        let optional = |text: &String| (!text.is_empty()).then(|| text.clone());
        Address {
            line1: self.line1.clone(),
            line2: optional(&self.line2),
            city: self.city.clone(),
            region: optional(&self.region),
            postcode: self.postcode.clone(),
            country: self.country.clone(),
        }
    }
}

impl From<Customer> for OrderForm {
    /// The form that makes this customer, without a note.
    fn from(customer: Customer) -> Self {
        let address = customer.address;
        Self {
            name: customer.name,
            email: customer.email,
            phone: customer.phone.unwrap_or_default(),
            line1: address.line1,
            line2: address.line2.unwrap_or_default(),
            city: address.city,
            region: address.region.unwrap_or_default(),
            postcode: address.postcode,
            country: address.country,
            note: String::new(),
        }
    }
}
