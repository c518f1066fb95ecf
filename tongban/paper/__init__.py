"""Papers as bytes: QR codes and fonts; no Django."""
