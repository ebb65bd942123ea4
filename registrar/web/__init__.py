"""What every page shares: access policies, forms, error pages, headers, limits, language."""
