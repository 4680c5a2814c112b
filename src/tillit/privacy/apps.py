from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "tillit.privacy"
    label = "privacy"

    def ready(self) -> None:
        """The floor below asks the organisations' registers before anything leaves."""
        from tillit.identity import admission
        from tillit.kernel import egress, happenings, smtp  # noqa: F401 (smtp declares the installation's mail server)
        from tillit.privacy.incidents import noting
        from tillit.privacy.policy import children, declared, versions  # noqa: F401 (its check registers itself)
        from tillit.privacy.processors import Register

        egress.use_register(Register())
        admission.require(children.on_joining)
        happenings.subscribe("identity.organisation.opened", versions.begin)
        noting.listen()
