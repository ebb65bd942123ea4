"""Mail: outbox, letters on the wire, delivery, suppression and unsubscription."""
