pub(super) fn check_names() -> anyhow::Result<()> {
    Ok(())
}
pub(super) fn check() -> anyhow::Result<()> {
    Ok(())
}
