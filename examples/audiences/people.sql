CREATE TABLE readers (email TEXT NOT NULL, name TEXT, points INTEGER, wants_mail INTEGER NOT NULL);
INSERT INTO readers VALUES
  ('ada@example.com', 'Ada Byron', 120, 1),
  ('ADA@example.com', 'Ada, twice', 7, 1),
  ('hang@example.net', 'Nguyễn Thị Hằng', NULL, 1),
  ('gone@example.org', 'A Former Reader', 3, 0);
