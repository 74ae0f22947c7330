//! Who works here.

use super::frame::{Desk, page};
use super::parts::table;
use super::words::time;
use entmine::StaffMember;
use leptos::prelude::*;

/// Everybody, those who are disabled too.
pub fn staff_page(desk: &Desk, staff: &[StaffMember]) -> String {
    let rows = staff
        .iter()
        .map(|member| {
            let state = match member.disabled_at_ms {
                None => "Active".into_any(),
                Some(ms) => view! { "Disabled since " {time(ms)} " UTC" }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{member.name.clone()}</th>
                    <td>{member.role.as_str()}</td>
                    <td>{time(member.created_at_ms)}</td>
                    <td>{state}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let content = view! {
        {table("Staff", vec!["Name", "Role", "Since (UTC)", "State"], rows)}
        <p class="hint">
            "Accounts are made, disabled and given another password on the machine: "
            <code>"wizastore user --help"</code> "."
        </p>
    };
    page(desk, "/entmine/staff", "Staff", content)
}
