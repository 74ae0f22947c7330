//! The fields of an order's customer, and how long each may be.

/// A field of the checkout. The store's form, its check and EntMine's check read the same table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    Name,
    Email,
    Phone,
    Line1,
    Line2,
    City,
    Region,
    Postcode,
    Country,
    Note,
}

impl OrderField {
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Line1,
        Self::Line2,
        Self::City,
        Self::Region,
        Self::Postcode,
        Self::Country,
        Self::Note,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The most characters (Unicode scalar values) that are taken.
    pub const fn max_chars(self) -> usize {
        self.row().1
    }

    /// The table. Addresses of the Universal Postal Union fit 200 characters four times over; 254 is
    /// the longest e-mail address (RFC 5321, section 4.5.3.1.3, less the brackets); a telephone
    /// number has 15 digits (ITU-T E.164), which leaves room for blanks and an extension; the longest
    /// postcodes have 10 characters.
    const fn row(self) -> (&'static str, usize) {
        match self {
            Self::Name => ("name", 200),
            Self::Email => ("email", 254),
            Self::Phone => ("phone", 40),
            Self::Line1 => ("line1", 200),
            Self::Line2 => ("line2", 200),
            Self::City => ("city", 200),
            Self::Region => ("region", 200),
            Self::Postcode => ("postcode", 20),
            Self::Country => ("country", 2),
            Self::Note => ("note", 1_000),
        }
    }
}
