"""What people get: sheets drawn with XlsxWriter, one folder a document. Content and words know no file."""
