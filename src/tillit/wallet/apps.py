from django.apps import AppConfig


class WalletConfig(AppConfig):
    name = "tillit.wallet"
    label = "wallet"

    def ready(self) -> None:
        from tillit.kernel import config
        from tillit.wallet import providers
        from tillit.wallet.providers import test_payments

        if config.mode() != "production":
            providers.add(test_payments.TestPayments())
