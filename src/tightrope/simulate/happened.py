"""x"""
FLOWS = ("trade", "energy", "remittances")
