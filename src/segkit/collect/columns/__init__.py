"""Which own column is which canonical one."""
