"""What scenarios need: services that run, time that can be moved, mailboxes, and hosts that misbehave."""
