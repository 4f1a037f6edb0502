"""Letters out: recipients, messages, drafts, SMTP and Outlook; and mails in."""
