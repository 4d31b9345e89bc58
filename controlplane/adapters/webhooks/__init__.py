"""Sends reports over HTTP, and keeps them from where they may not go. Not when or how often they are sent."""

from controlplane.adapters.webhooks.addresses import AddressRefusedError, is_public
from controlplane.adapters.webhooks.sender import HttpWebhookSender, WebhookSenderSettings

__all__ = ["AddressRefusedError", "HttpWebhookSender", "WebhookSenderSettings", "is_public"]
