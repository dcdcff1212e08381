local csv = require "ses.campaign.csv"

-- A reader over text that arrives in blocks of `size` bytes.
local function reader_of(text, options, size)
  local at = 1
  return csv.reader(function()
    if at > #text then return nil end
    local block = text:sub(at, at + (size or 7) - 1)
    at = at + #block
    return block
  end, options or { name = "people.csv" })
end

local function all(text, options, size)
  local reader, err = reader_of(text, options, size)
  if not reader then return nil, err end
  local rows = {}
  while true do
    local fields, fault = reader:next()
    if fault then return nil, fault end
    if not fields then return rows, reader end
    rows[#rows + 1] = fields
  end
end

local function message_of(text, options)
  local rows, err = all(text, options)
  assert.is_nil(rows)
  return err.message, err
end

describe("ses.campaign.csv", function()
  it("reads fields by the header's columns", function()
    local rows, reader = assert(all("email,name\na@example.com,Ann\nb@example.com,\n"))
    assert.same({ { "a@example.com", "Ann" }, { "b@example.com", "" } }, rows)
    assert.same({ "email", "name" }, reader.columns)
    assert.equal(2, reader.index.name)
  end)

  it("reads quoted separators, doubled quotes and line breaks", function()
    local rows = assert(all('a,b\n"x, ""y""","two\nlines"\n"",plain\n'))
    assert.same({ { 'x, "y"', "two\nlines" }, { "", "plain" } }, rows)
  end)

  it("takes LF, CRLF and CR as line ends, and a last line without one", function()
    for _, eol in ipairs { "\n", "\r\n", "\r" } do
      for size = 1, 9 do
        local text = table.concat({ "a,b", "1,2", '"3","x' .. eol .. 'y"', "5,6" }, eol)
        assert.same({ { "1", "2" }, { "3", "x" .. eol .. "y" }, { "5", "6" } },
          (assert(all(text, nil, size))))
      end
    end
  end)

  it("skips a byte order mark and empty lines, which keep their row number", function()
    local reader = assert(reader_of("\239\187\191email\n\nx@example.com\n\n"))
    assert.same({ "email" }, reader.columns)
    assert.same({ "x@example.com" }, reader:next())
    assert.equal(3, reader.row)
    assert.is_nil(reader:next())
  end)

  it("takes another separator", function()
    assert.same({ { "1,5", "x" } }, (assert(all("a;b\n1,5;x\n", { separator = ";", name = "f" }))))
  end)

  it("names the row and the line of what is wrong", function()
    assert.equal("people.csv, row 3: has 1 field where the header has 2", message_of("a,b\n1,2\n3\n"))
    local message, err = message_of('a,b\n"1\n1",2\n3,4,5\n')
    assert.equal("people.csv, row 3 (line 4): has 3 fields where the header has 2", message)
    assert.equal(3, err.row)
    assert.equal(4, err.line)
    assert.equal("people.csv, row 2, field 'b': is not valid UTF-8", message_of("a,b\nx,\195(\n"))
    assert.equal("people.csv, row 2, field 'b': is not valid UTF-8", message_of('a,b\nx,"\237\160\128"\n'))
    assert.equal("people.csv, row 2, field 'a': holds a NUL byte", message_of("a,b\nx\0y,1\n"))
    assert.equal("people.csv, row 2, field 'b': a quote opens and is never closed",
      message_of('a,b\nx,"y\nz,1\n'))
    assert.equal("people.csv, row 2 (line 3), field 'b': a quote opens and is never closed",
      message_of('a,b\n"x\nx","y\nz,1\n'))
    assert.equal("people.csv, row 2, field 'a': text follows a closed quote", message_of('a,b\n"x"y,1\n'))
    assert.equal("people.csv, row 2, field 'a': a quote stands inside a field that is not quoted",
      message_of('a,b\nx"y",1\n'))
    assert.equal("people.csv, row 2, field 'a': a carriage return stands inside a field that is not quoted",
      message_of("a,b\nx\rBcc: y,1\n"))
  end)

  it("refuses a file that cannot be the table it should be", function()
    assert.equal("people.csv: is empty; its first row must name the columns", message_of(""))
    assert.equal("people.csv, row 1: names the column 'a' twice", message_of("a, a\n"))
    assert.matches("UTF%-16", (message_of("\255\254a\0\n\0")))
    local reader, err = csv.open("/nonexistent/people.csv")
    assert.is_nil(reader)
    assert.equal("people.csv: cannot be opened: No such file or directory", err.message)
    reader, err = csv.open("/")
    assert.is_nil(reader)
    assert.matches("cannot be read", err.message)
  end)

  it("does not read a whole file into memory because of one open quote", function()
    for _, eol in ipairs { "x", "\n" } do
      local blocks = 0
      local reader = assert(csv.reader(function(size)
        blocks = blocks + 1
        return blocks == 1 and 'a,b\n1,"' or ("x"):rep(size - 1) .. eol
      end, { name = "people.csv" }))
      local fields, err = reader:next()
      assert.is_nil(fields)
      assert.matches("people.csv, row 2: .* 1 MiB", err.message)
      assert.is_true(blocks < 40)
    end
  end)

  it("stays failed after a fault", function()
    local reader = assert(reader_of("a,b\n1\n2,3\n"))
    local _, first = reader:next()
    local _, second = reader:next()
    assert.equal(first, second)
  end)

  it("shows every byte it reads to on_chunk", function()
    local seen = {}
    local text = 'a,b\n"1",2\n3,4\n'
    assert(all(text, { name = "f", on_chunk = function(chunk) seen[#seen + 1] = chunk end }, 3))
    assert.equal(text, table.concat(seen))
  end)

  it("reads back what was written, whatever is in it and however it arrives", function()
    local pieces = { "a", "é", "漢", "😀", ",", '"', "\n", "\r\n", " ", "x", "" }
    local function field()
      local text = {}
      for i = 1, math.random(0, 5) do text[i] = pieces[math.random(#pieces)] end
      return table.concat(text)
    end
    local function write(value)
      if value:find('[,"\r\n]') or math.random(4) == 1 then
        return '"' .. value:gsub('"', '""') .. '"'
      end
      return value
    end
    for _ = 1, 300 do
      local eol = math.random(2) == 1 and "\n" or "\r\n"
      local rows, text = {}, { "c1,c2,c3" }
      for r = 1, math.random(1, 6) do
        rows[r] = { "r" .. field(), field(), field() }
        text[#text + 1] = write(rows[r][1]) .. "," .. write(rows[r][2]) .. "," .. write(rows[r][3])
      end
      local body = table.concat(text, eol) .. (math.random(2) == 1 and eol or "")
      assert.same(rows, (assert(all(body, nil, math.random(1, 40)))))
    end
  end)
end)
