from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "tillit.notify"
    label = "notify"

    def ready(self) -> None:
        from tillit.kernel import happenings, letters
        from tillit.notify import deliveries
        from tillit.notify.sending import carry

        happenings.subscribe("kernel.mail.sent", deliveries.mail_sent)
        happenings.subscribe("kernel.mail.failed", deliveries.mail_failed)
        happenings.subscribe("notify.text.sent", deliveries.text_sent)
        happenings.subscribe("notify.text.failed", deliveries.text_failed)
        happenings.subscribe("privacy.detail.corrected", deliveries.corrected)
        letters.carry_by(carry)
        letters.ask_before_leaving(deliveries.may_leave)
