"""An open workbook: `host` is the way in; a desk is how one program is asked."""
