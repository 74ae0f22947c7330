//! The shop rendered in the browser alone, built by Trunk for static hosting. It talks to the same
//! doors.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    app::wake();
}
