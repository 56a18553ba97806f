/* Forms for entering plans. Everything here is a help: without it the same forms work by plain HTML.
   1. What is typed is kept on this device until it is saved, and offered again.
   2. Places: search as you type, chosen ones as chips.  3. Outputs: narrowed by words, unit shown.
   4. Budget lines: another row, amounts with points, sums by stage.  5. Tick all. */
(function () {
  'use strict';
  var $ = function (query, root) { return (root || document).querySelector(query); };
  var $$ = function (query, root) { return Array.prototype.slice.call((root || document).querySelectorAll(query)); };
  var WEEK = 7 * 24 * 3600 * 1000, PREFIX = 'kerapu:typed:';

  /* --- 1. What is typed is kept -------------------------------------------------------------- */
  var store;
  try { store = window.localStorage; store.getItem('x'); } catch (error) { store = null; }

  function each(visit) {
    if (!store) return;
    for (var i = store.length - 1; i >= 0; i--) {
      var key = store.key(i);
      if (key && key.indexOf(PREFIX) === 0) {
        var value = null;
        try { value = JSON.parse(store.getItem(key)); } catch (error) { /* not ours any more */ }
        visit(key, value);
      }
    }
  }
  var saved = $('[data-saved]');
  each(function (key, value) {
    if (!value || Date.now() - value.at > WEEK || (saved && value.token === saved.dataset.saved)) store.removeItem(key);
  });
  if (saved && window.history.replaceState) window.history.replaceState(null, '', window.location.pathname + window.location.hash);

  var form = $('form.entry');
  function typed() {
    return $$('input, select, textarea', form).filter(function (field) {
      return field.name && field.name !== 'csrfmiddlewaretoken' && !field.closest('template');
    }).filter(function (field) {
      return !/^(checkbox|radio)$/.test(field.type) || field.checked;
    }).map(function (field) { return [field.name, field.value]; });
  }
  function value(pairs, name) {
    var found = pairs.filter(function (pair) { return pair[0] === name; })[0];
    return found ? found[1] : '';
  }
  function meaning(pairs) {
    return JSON.stringify(pairs.filter(function (pair) { return pair[0] !== 'form_token' && pair[0] !== 'version'; }).sort());
  }
  function keepTyped() {
    if (!store || !form) return;
    var pairs = typed(), key = PREFIX + form.dataset.person + ':' + form.dataset.draft;
    try {
      store.setItem(key, JSON.stringify({at: Date.now(), token: value(pairs, 'form_token'), pairs: pairs}));
    } catch (error) { /* the device is full: the form itself still holds it */ }
  }
  function put(pairs) {
    $('[name=lines-count]', form) && rows(+value(pairs, 'lines-count'));
    $$('input[type=checkbox]', form).forEach(function (field) { field.checked = false; });
    pairs.forEach(function (pair) {
      var fields = $$('[name="' + pair[0] + '"]', form).filter(function (field) { return !field.closest('template'); });
      if (pair[0] === 'place') { tick(pair[1], ''); return; }
      fields.forEach(function (field) {
        if (field.type === 'checkbox') field.checked = field.value === pair[1] || field.checked;
        else if (!(field.tagName === 'SELECT' && !$$('option', field).some(function (o) { return o.value === pair[1]; }))) field.value = pair[1];
      });
    });
    chips(); sums(); unit();
    pairs.forEach(function (pair) {
      if (/-place$/.test(pair[0])) { var one = $('[name="' + pair[0] + '"]', form); if (one) one.value = pair[1]; }
    });
  }
  function offer() {
    var box = $('#draft-offer'), key = PREFIX + form.dataset.person + ':' + form.dataset.draft, kept = null;
    if (!store || !box) return;
    try { kept = JSON.parse(store.getItem(key)); } catch (error) { kept = null; }
    if (!kept || meaning(kept.pairs) === meaning(typed())) return;
    $('[data-say]', box).textContent = form.dataset.offer + ' ' + new Date(kept.at).toLocaleString(document.documentElement.lang) + '.';
    $('[data-take]', box).addEventListener('click', function () { put(kept.pairs); box.hidden = true; keepTyped(); });
    $('[data-drop]', box).addEventListener('click', function () { store.removeItem(key); box.hidden = true; });
    box.hidden = false;
  }

  /* --- 2. Places ----------------------------------------------------------------------------- */
  var where = $('#places'), list = $('#place-found'), search = $('#place-search');
  function boxes() { return $$('input[name=place]', where); }
  function tick(id, name) {
    var box = boxes().filter(function (one) { return one.value === String(id); })[0];
    if (!box) {
      var home = $('#more-places', where), label = document.createElement('label');
      if (!home) { home = document.createElement('div'); home.id = 'more-places'; home.hidden = true; where.appendChild(home); }
      box = document.createElement('input');
      box.type = 'checkbox'; box.name = 'place'; box.value = id; box.dataset.name = name || id;
      label.appendChild(box); label.appendChild(document.createTextNode(' ' + (name || id))); home.appendChild(label);
    }
    box.checked = true;
    var unknown = $('[name=places_unknown]', form);
    if (unknown) unknown.checked = false;
  }
  function chips() {
    if (!where) return;
    var box = $('#chips');
    var chosen = boxes().filter(function (one) { return one.checked; });
    box.textContent = '';
    chosen.forEach(function (one) {
      var item = document.createElement('li'), button = document.createElement('button');
      item.textContent = one.dataset.name + ' ';
      button.type = 'button'; button.textContent = '×';
      button.setAttribute('aria-label', where.dataset.remove + ': ' + one.dataset.name);
      button.addEventListener('click', function () {
        one.checked = false; chips(); keepTyped();
        var next = $('#chips button') || search; if (next) next.focus();
      });
      item.appendChild(button); box.appendChild(item);
    });
    box.hidden = !chosen.length;
    $$('select[name$="-place"]', form).forEach(function (select) { offerPlaces(select, chosen); });
  }
  function offerPlaces(select, chosen) {
    var now = select.value, first = select.options[0];
    select.textContent = ''; select.appendChild(first);
    chosen.forEach(function (one) {
      var option = new Option(one.dataset.name, one.value);
      option.selected = one.value === now; select.appendChild(option);
    });
  }
  var active = -1, asked = 0, timer = null;
  function close() { if (!list) return; list.hidden = true; list.textContent = ''; active = -1; search.setAttribute('aria-expanded', 'false'); search.removeAttribute('aria-activedescendant'); }
  function point(step) {
    var items = $$('[role=option]', list);
    if (!items.length) return;
    active = (active + step + items.length) % items.length;
    items.forEach(function (item, i) { item.setAttribute('aria-selected', i === active ? 'true' : 'false'); });
    search.setAttribute('aria-activedescendant', items[active].id);
    items[active].scrollIntoView({block: 'nearest'});
  }
  function take(item) {
    item.found.places.forEach(function (one) { tick(one.id, one.name); });
    search.value = ''; close(); chips(); keepTyped(); search.focus();
  }
  function show(found) {
    list.textContent = '';
    found.forEach(function (one, i) {
      var item = document.createElement('li'), kind = document.createElement('small');
      item.id = 'found-' + i; item.setAttribute('role', 'option'); item.setAttribute('aria-selected', 'false');
      item.textContent = one.name + ' ';
      kind.textContent = one.kind + ' · ' + (one.places.length === 1 ? one.places[0].name : one.places.length + ' ' + where.dataset.many);
      item.appendChild(kind); item.found = one;
      item.addEventListener('mousedown', function (event) { event.preventDefault(); take(item); });
      list.appendChild(item);
    });
    list.hidden = !found.length; active = -1;
    search.setAttribute('aria-expanded', found.length ? 'true' : 'false');
    $('.help', search.parentNode).textContent = found.length ? '' : where.dataset.nothing;
  }
  function ask() {
    var words = search.value.trim(), mine = ++asked;
    if (words.length < 2) { close(); $('.help', search.parentNode).textContent = ''; return; }
    fetch(where.dataset.search + '?q=' + encodeURIComponent(words), {credentials: 'same-origin', headers: {Accept: 'application/json'}})
      .then(function (answer) { if (!answer.ok || answer.redirected) throw new Error(); return answer.json(); })
      .then(function (data) { if (mine === asked) show(data.found); })
      .catch(function () { if (mine === asked) { close(); $('.help', search.parentNode).textContent = where.dataset.broken; } });
  }
  if (where && search) {
    $('.search', where).hidden = false;
    search.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(ask, 200); });
    search.addEventListener('blur', close);
    search.addEventListener('keydown', function (event) {
      if (event.key === 'ArrowDown') { event.preventDefault(); point(1); }
      else if (event.key === 'ArrowUp') { event.preventDefault(); point(-1); }
      else if (event.key === 'Escape') close();
      else if (event.key === 'Enter') {
        event.preventDefault();  // a name is chosen, the form is not sent
        var items = $$('[role=option]', list);
        if (items.length) take(items[Math.max(active, 0)]);
      }
    });
    where.addEventListener('change', function (event) { if (event.target.name === 'place') { if (event.target.checked) tick(event.target.value); chips(); } });
  }

  /* --- 3. Outputs ---------------------------------------------------------------------------- */
  var output = $('#id_output'), narrow = $('#output-search');
  function unit() {
    var box = $('#unit'), option = output && output.selectedOptions[0];
    if (box) box.textContent = option && option.dataset.unit ? option.dataset.unit : '';
  }
  if (output) { output.addEventListener('change', unit); unit(); }
  if (output && narrow && output.options.length > 12) {
    narrow.closest('.field').hidden = false;
    var groups = $$('optgroup', output).map(function (group) {
      return {group: group, options: $$('option', group)};
    });
    narrow.addEventListener('input', function () {
      var words = narrow.value.toLowerCase().split(/\s+/), hits = [], chosen = output.value;
      groups.forEach(function (one) {
        one.group.textContent = '';
        one.options.forEach(function (option) {
          var text = (option.textContent + ' ' + one.group.label).toLowerCase();
          var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
          if (fits) hits.push(option);
          if (fits || option.value === chosen) one.group.appendChild(option);
        });
        one.group.hidden = !one.group.children.length;
      });
      output.value = chosen;
      if (narrow.value.trim() && hits.length === 1) output.value = hits[0].value;
      $('.help', narrow.parentNode).textContent = hits.length ? '' : narrow.dataset.none;
      unit();
    });
    narrow.addEventListener('keydown', function (event) { if (event.key === 'Enter') { event.preventDefault(); output.focus(); } });
  }

  /* --- 4. Budget lines ----------------------------------------------------------------------- */
  var lines = $('#lines'), blank = $('#line-blank');
  function points(text) { return text.replace(/\B(?=(\d{3})+(?!\d))/g, '.'); }
  function amount(text) {
    var match = /^\s*(?:Rp\.?)?\s*(\d+|\d{1,3}(?:\.\d{3})+)(?:,(?:0{1,2}|-))?\s*$/i.exec(text);
    return match ? match[1].replace(/\./g, '') : null;
  }
  function rows(count) {
    var counter = $('[name=lines-count]', lines);
    while (+counter.value < count) addLine();
  }
  function addLine() {
    var counter = $('[name=lines-count]', lines), number = +counter.value;
    var copy = document.importNode(blank.content, true), last = $$('.line-rows .line', lines).pop();
    $$('[name]', copy).forEach(function (field) {
      field.name = field.name.replace('lines-0000', 'lines-' + number);
      if (field.id) field.id = field.id.replace('lines-0000', 'lines-' + number);
    });
    if (last) ['year', 'source', 'stage'].forEach(function (name) {
      var from = $('[name$="-' + name + '"]', last), to = $('[name$="-' + name + '"]', copy);
      if (from && to && from.value) to.value = from.value;
    });
    $('.line-rows', lines).appendChild(copy);
    counter.value = number + 1;
    chips();
  }
  function sums() {
    if (!lines) return;
    var total = {};
    $$('.line-rows .line', lines).forEach(function (line) {
      var stage = $('[name$="-stage"]', line).value, sum = amount($('[name$="-amount"]', line).value);
      var removed = $('[name$="-remove"]', line).checked;
      line.classList.toggle('removed', removed);
      if (stage && sum && !removed && window.BigInt) total[stage] = (total[stage] || BigInt(0)) + BigInt(sum);
    });
    $$('[data-stage]', lines).forEach(function (box) { box.textContent = 'Rp\u00a0' + points(String(total[box.dataset.stage] || 0)); });
  }
  if (lines) {
    var add = $('#line-add');
    add.hidden = false;
    add.addEventListener('click', function () {
      addLine(); $('[name$="-amount"]', $$('.line-rows .line', lines).pop()).focus();
    });
    lines.addEventListener('input', sums);
    lines.addEventListener('change', sums);
  }
  document.addEventListener('focusout', function (event) {
    var field = event.target;
    if (!field.classList || !field.classList.contains('amount')) return;
    var plain = amount(field.value);
    if (plain) field.value = points(plain);
  });

  /* --- 5. Small things ----------------------------------------------------------------------- */
  $$('[data-all]').forEach(function (all) {
    all.closest('.pick-all').hidden = false;
    all.addEventListener('change', function () {
      $$('input[name="' + all.dataset.all + '"]').forEach(function (one) { one.checked = all.checked; });
    });
  });
  var problems = $('#problems');
  if (problems) problems.focus();
  $$('#problems a').forEach(function (link) {
    link.addEventListener('click', function () {
      for (var box = document.getElementById(link.hash.slice(1)); box; box = box.parentElement) if (box.tagName === 'DETAILS') box.open = true;
      var field = document.getElementById(link.hash.slice(1));
      if (field) setTimeout(function () { field.focus(); }, 0);
    });
  });
  if (form) {
    chips(); sums(); offer();
    var wait = null;
    form.addEventListener('input', function () { clearTimeout(wait); wait = setTimeout(keepTyped, 400); });
    form.addEventListener('change', keepTyped);
    form.addEventListener('submit', function (event) {
      // Who has logged in anew in another window meanwhile has another token in the cookie.
      var cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
      if (cookie) $('[name=csrfmiddlewaretoken]', form).value = cookie[1];
      keepTyped();
      if (navigator.onLine === false) { event.preventDefault(); $('#draft-state').textContent = form.dataset.offline; }
    });
  }
}());
