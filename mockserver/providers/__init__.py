"""The vendors' APIs: requests become domain inputs, domain values become the vendor's wire shapes."""
