"""What an organisation publishes about people's data: its legal frame, notice, records, agreements and processors."""
