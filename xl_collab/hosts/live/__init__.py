"""An open workbook: `host` is the way in; a driver is how one program is asked."""
