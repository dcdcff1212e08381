local encoding = require "ses.mail.encoding"

local function random_bytes(most)
  local bytes = {}
  for i = 1, math.random(0, most) do
    bytes[i] = math.random(3) == 1 and (" \t=.\r\n"):sub(math.random(6)):sub(1, 1) or string.char(math.random(0, 255))
  end
  return table.concat(bytes)
end

describe("ses.mail.encoding", function()
  it("writes quoted-printable as RFC 2045 has it", function()
    assert.equal("a=3Db", encoding.encode_quoted_printable("a=b"))
    assert.equal("J=C3=B6rg", encoding.encode_quoted_printable("J\195\182rg"))
    assert.equal("a=20\r\nb=09\r\n", encoding.encode_quoted_printable("a \nb\t\r\n"))
    assert.equal("", encoding.encode_quoted_printable(""))
    assert.equal(("x"):rep(76), encoding.encode_quoted_printable(("x"):rep(76)))
    assert.equal(("x"):rep(75) .. "=\r\nxx", encoding.encode_quoted_printable(("x"):rep(77)))
  end)

  it("keeps lines within 76 characters and cuts no sequence", function()
    for _ = 1, 200 do
      for line in (encoding.encode_quoted_printable(random_bytes(600)) .. "\r\n"):gmatch("([^\r]*)\r\n") do
        assert.is_true(#line <= 76)
        assert.is_nil(line:gsub("=%x%x", ""):find("=.", 1))
      end
    end
  end)

  it("reads back what it writes, with line ends made one", function()
    for _ = 1, 300 do
      local text = random_bytes(400)
      local same = text:gsub("\r\n?", "\n"):gsub("\n", "\r\n")
      assert.equal(same, encoding.decode_quoted_printable(encoding.encode_quoted_printable(text)))
    end
  end)

  it("reads quoted-printable leniently", function()
    assert.equal("a=b\195\182", encoding.decode_quoted_printable("a=3db=C3=\r\n=B6"))
    assert.equal("a\nb", encoding.decode_quoted_printable("a  \t\nb"))
    assert.equal("100 =% =", encoding.decode_quoted_printable("100 =% ="))
    local spaces = (" "):rep(200000)
    assert.equal(spaces .. "x", encoding.decode_quoted_printable(spaces .. "x"))
  end)

  it("writes and reads base64 in lines of 76", function()
    for _ = 1, 200 do
      local bytes = random_bytes(500)
      local text = encoding.encode_base64(bytes)
      assert.is_true(text == "" or text:sub(-2) == "\r\n")
      for line in text:gmatch("([^\r]*)\r\n") do assert.is_true(#line >= 1 and #line <= 76) end
      assert.equal(bytes, encoding.decode_base64(text))
    end
  end)

  it("reads base64 leniently", function()
    assert.equal("hello", encoding.decode_base64("aGVs\r\n bG8"))
    assert.equal("hello", encoding.decode_base64("aGVsbG8=junk"))
    assert.equal("hell", encoding.decode_base64("aGVsbB"))
    assert.equal("hel", encoding.decode_base64("aGVsb"))
    assert.equal("", encoding.decode_base64("\255!?"))
  end)

  it("leaves what has no known encoding", function()
    assert.equal("a=3D", encoding.decode("a=3D", nil))
    assert.equal("a=3D", encoding.decode("a=3D", "8bit"))
    assert.equal("a=", encoding.decode("a=3D", " Quoted-Printable "))
    assert.equal("hello", encoding.decode("aGVsbG8=", "BASE64"))
  end)
end)
