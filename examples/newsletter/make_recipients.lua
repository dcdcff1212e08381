-- Writes recipients.csv: 1,000 readers of a bookshop's letter, the same ones every time.
--
--   lua5.4 examples/newsletter/make_recipients.lua > examples/newsletter/recipients.csv
--
-- All addresses are in domains that RFC 2606 and RFC 6761 reserve, or belong to the mailbox simulator
-- of SES. Among the readers are the cases that a real list has: accents, CJK, emoji, quoted commas and
-- quotes, two addresses that cannot be, one reader who is there twice, one who is on the suppression
-- list.
local TOTAL = 1000

-- The "minimal standard" generator of Park and Miller: the same numbers on every Lua.
local state = 20240229
local function random(n)
  state = state * 16807 % 2147483647
  return state % n + 1
end

local function pick(list) return list[random(#list)] end

-- Given and family names by language, each "as written" or "as written=as in an address".
local PEOPLE = {
  {
    weight = 24, cities = "London; Dublin; Toronto; Edinburgh; Wellington; Cork",
    given = "Alice; Robert; Grace; Oliver; Siobhán=siobhan; Harriet; Zoë=zoe; Thomas; Niamh; George; Walter",
    family = "Smith; O’Connor=oconnor; Baker; Turner; MacLeod; Brontë=bronte; Hughes; Whitfield",
  },
  {
    weight = 14, cities = "Lisboa; São Paulo; Coimbra; Braga",
    given = "João=joao; Inês=ines; António=antonio; Conceição=conceicao; Beatriz; Luísa=luisa",
    family = "Gonçalves=goncalves; Magalhães=magalhaes; Sá=sa; Araújo=araujo; Simões=simoes; Pessoa",
  },
  {
    weight = 12, cities = "Málaga; A Coruña; Bogotá; Ciudad de México",
    given = "José=jose; Begoña=begona; Íñigo=inigo; María=maria; Ángel=angel; Ximena",
    family = "Muñoz=munoz; Ibáñez=ibanez; Peña=pena; García Márquez=garciamarquez; Zúñiga=zuniga",
  },
  {
    weight = 10, cities = "Zürich; Köln; Göttingen; Wien",
    given = "Jürgen=juergen; Käthe=kaethe; Björn=bjoern; Anneliese; Götz=goetz; Franziska",
    family = "Müller=mueller; Groß=gross; Schäfer=schaefer; Böll=boell; von der Heydt=vonderheydt",
  },
  {
    weight = 10, cities = "Besançon; Montréal; Nîmes; Liège",
    given = "François=francois; Hélène=helene; Anaïs=anais; Benoît=benoit; Maëlle=maelle",
    family = "Lefèvre=lefevre; D’Arrigny=darrigny; Crèvecœur=crevecoeur; Dubois",
  },
  {
    weight = 5, cities = "Łódź; Kraków; Wrocław",
    given = "Łukasz=lukasz; Małgorzata=malgorzata; Paweł=pawel; Agnieszka",
    family = "Dąbrowicz=dabrowicz; Mickiewicz; Żak=zak; Gałczyk=galczyk",
  },
  {
    weight = 4, cities = "Brno; Olomouc; Plzeň",
    given = "Jiří=jiri; Ondřej=ondrej; Tomáš=tomas",
    family = "Dvořák=dvorak; Šťastný=stastny; Kučera=kucera",
  },
  {
    weight = 3, cities = "İstanbul; İzmir",
    given = "Çağla=cagla; Şükrü=sukru; Gülşen=gulsen",
    family = "Yıldız=yildiz; Öztürk=ozturk; Çelik=celik",
  },
  {
    weight = 3, cities = "Malmö; Tromsø; Århus",
    given = "Søren=soren; Åsa=asa; Sølvi=solvi",
    family = "Ødegård=odegard; Sjöström=sjostrom; Kjær=kjaer",
  },
  {
    weight = 4, cities = "Hà Nội; Huế; Đà Nẵng", family_first = true,
    given = "Thị Hằng=hang; Đức=duc; Quỳnh=quynh",
    family = "Nguyễn=nguyen; Trần=tran; Đặng=dang",
  },
  {
    weight = 5, cities = "北京; 上海; 成都", family_first = true, close = true,
    given = "小明=xiaoming; 丽华=lihua; 静=jing; 子涵=zihan",
    family = "王=wang; 李=li; 欧阳=ouyang; 陈=chen",
  },
  {
    weight = 4, cities = "東京; 京都; 札幌", family_first = true,
    given = "さくら=sakura; 健太=kenta; 美咲=misaki",
    family = "佐藤=sato; 髙橋=takahashi; 渡邉=watanabe",
  },
  {
    weight = 3, cities = "서울; 부산", family_first = true, close = true,
    given = "민준=minjun; 서연=seoyeon; 지우=jiwoo",
    family = "김=kim; 박=park; 이=lee",
  },
  {
    weight = 3, cities = "Αθήνα; Θεσσαλονίκη",
    given = "Ελένη=eleni; Δάφνη=dafni; Σοφία=sofia",
    family = "Παπαδοπούλου=papadopoulou; Καζαντζάκη=kazantzaki",
  },
  {
    weight = 3, cities = "Київ; Львів",
    given = "Оксана=oksana; Тарас=taras; Леся=lesya",
    family = "Шевченко=shevchenko; Коваленко=kovalenko",
  },
}

-- "a; b=c" → { { "a", "a" }, { "b", "c" } }
local function list_of(text)
  local list = {}
  for entry in text:gmatch("[^;]+") do
    local written, address = entry:match("^%s*([^=]*)=?(.*)$")
    list[#list + 1] = { written, (address ~= "" and address or written):lower() }
  end
  return list
end

local weights = 0
for _, group in ipairs(PEOPLE) do
  weights = weights + group.weight
  for _, name in ipairs { "cities", "given", "family" } do group[name] = list_of(group[name]) end
end

local DOMAINS = {
  "example.com", "example.org", "example.net", "mail.example.com", "post.example.org", "letters.example.net",
  "readers.test", "bücher.example",
}

local BOOKS = {
  "Middlemarch", "The Lion, the Witch and the Wardrobe", "Tinker, Tailor, Soldier, Spy",
  "Ensaio sobre a Cegueira", "Cien años de soledad", "Le Petit Prince", "Die unendliche Geschichte",
  "Solaris", "Kürk Mantolu Madonna", "Salka Valka", "红楼梦", "雪国", "Война и мир", "채식주의자",
  "The Left Hand of Darkness", "Surely You’re Joking, Mr. Feynman!", "Eats, Shoots & Leaves",
  "A Room of One’s Own", "\"Repent, Harlequin!\" Said the Ticktockman", "Invisible Cities",
}

local FLOURISHES = { "🌻", "📚", "🦊", "☕", "🌙", "👩🏽‍💻" }

local function field(text)
  if text:find('[",\r\n]') then return '"' .. text:gsub('"', '""') .. '"' end
  return text
end

local function row(values)
  local fields = {}
  for i, value in ipairs(values) do fields[i] = field(value) end
  io.write(table.concat(fields, ","), "\n")
end

local function pick_group()
  local at = random(weights)
  for _, group in ipairs(PEOPLE) do
    at = at - group.weight
    if at <= 0 then return group end
  end
end

local function full_name(group, given, family)
  if not group.family_first then return given .. " " .. family end
  return family .. (group.close and "" or " ") .. given
end

local function reader(number)
  local group = pick_group()
  local given, family = pick(group.given), pick(group.family)
  local name = full_name(group, given[1], family[1])
  local chance = random(100)
  if chance <= 4 then
    name = family[1] .. ", " .. given[1]
  elseif chance <= 7 then
    name = name .. " " .. pick(FLOURISHES)
  elseif chance == 8 then
    name = ('%s "%s" %s'):format(given[1], pick { "Ace", "Bookworm", "Doc" }, family[1])
  end
  local address = ("%s.%s.%d@%s"):format(
    given[2], family[2], number, pick(DOMAINS))
  return { address, name, given[1], pick(group.cities)[1], pick(BOOKS) }
end

-- Readers of a special kind, by their row.
local SPECIAL = {
  [97] = { "success@simulator.amazonses.com", "The Simulator", "Simulator", "Seattle", "Middlemarch" },
  [211] = { "juan.perez.example.com", "Juan Pérez", "Juan", "Málaga", "Solaris" },
  [307] = { "bounce@simulator.amazonses.com", "Someone Who Moved", "Someone", "Seattle", "Salka Valka" },
  [404] = { "unsubscribed@readers.test", "A Former Reader", "Former", "London", "Invisible Cities" },
  [523] = { "li..wei@example.org", "李伟", "伟", "上海", "红楼梦" },
  [611] = { "complaint@simulator.amazonses.com", "Someone Who Complains", "Someone", "Seattle", "雪国" },
  [733] = { "ooto@simulator.amazonses.com", "Someone On Holiday", "Someone", "Seattle", "Solaris" },
  [808] = { "success+lantern@simulator.amazonses.com", "The Simulator, Labelled", "Simulator", "Seattle",
    "Le Petit Prince" },
}
local FIRST_TWIN, SECOND_TWIN = 42, 888

row { "email", "name", "first_name", "city", "favourite_book" }
local twin
for number = 1, TOTAL do
  local values = SPECIAL[number] or reader(number)
  if number == FIRST_TWIN then twin = values end
  if number == SECOND_TWIN then
    -- The same mailbox for everybody who delivers mail: only the case differs.
    local name, domain = twin[1]:match("^(.*)@(.*)$")
    values = { name:gsub("^%l", string.upper) .. "@" .. domain, twin[2], twin[3], twin[4], twin[5] }
  end
  row(values)
end
