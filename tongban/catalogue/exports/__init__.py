"""The catalogue as files that others read: workbook, JSON, CPSV-AP."""
