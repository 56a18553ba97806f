/* The map of the index: islands and villages on our own coastline, no tiles. Each place with figures
   is a link, for mouse and keyboard; the table below the map says the same. */
(function () {
  'use strict';
  var box = document.getElementById('map');
  if (!box || !window.L) return;
  var say = box.dataset;
  var map = L.map(box, {attributionControl: false, zoomControl: false, scrollWheelZoom: false,
    maxBoundsViscosity: 0.8, zoomSnap: 0.25});
  L.control.zoom({zoomInTitle: say.in, zoomOutTitle: say.out}).addTo(map);
  var said = document.getElementById('said');
  L.control.attribution({prefix: false}).addAttribution(say.credit).addTo(map);
  L.control.scale({imperial: false}).addTo(map);

  function shown(p) { return p.kind + ' ' + p.name + ': ' + (p.index === '' ? say.none : say.index + ' ' + p.index); }

  function style(feature) {
    var p = feature.properties;
    return {className: p.url ? 'spot s' + p.step + ' ' + p.level : 'coast', weight: p.url ? 1 : 0.7};
  }

  function asLink(feature, layer) {
    var p = feature.properties;
    if (!p.url) return;
    if (p.index !== '') layer.bindTooltip(p.index, {permanent: true, direction: 'center', className: 'figure'});
    layer.on('mouseover', function () { said.textContent = shown(p); });
    layer.on('click', function () { window.location.href = p.url; });
    layer.on('add', function () {
      var path = layer.getElement();
      if (!path) return;
      path.setAttribute('aria-label', shown(p));
      path.setAttribute('role', 'link');
      path.setAttribute('data-url', p.url);
      if (p.known) path.setAttribute('tabindex', '0');
      path.addEventListener('focus', function () { said.textContent = shown(p); });
      path.addEventListener('keydown', function (event) {
        if (event.key === 'Enter') window.location.href = p.url;
      });
    });
  }

  function uncrowd() {
    /* The number of every place is written on the map; where two would cover each other, the first
       stays and the other appears when one zooms in. */
    var taken = [];
    box.querySelectorAll('.figure').forEach(function (label) {
      var a = label.getBoundingClientRect();
      var free = taken.every(function (b) {
        return a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
      });
      label.classList.toggle('hidden', !free);
      if (free) taken.push(a);
    });
  }

  function hatch() {
    /* "No data" is hatched; the pattern lives in the map's own drawing. */
    var svg = box.querySelector('.leaflet-overlay-pane svg');
    if (!svg) return;
    var space = 'http://www.w3.org/2000/svg';
    var pattern = document.createElementNS(space, 'pattern');
    pattern.id = 'hatch';
    pattern.setAttribute('width', '5');
    pattern.setAttribute('height', '5');
    pattern.setAttribute('patternUnits', 'userSpaceOnUse');
    pattern.setAttribute('patternTransform', 'rotate(45)');
    var ground = document.createElementNS(space, 'rect');
    ground.setAttribute('width', '5');
    ground.setAttribute('height', '5');
    ground.setAttribute('class', 'ground');
    var line = document.createElementNS(space, 'rect');
    line.setAttribute('width', '1.5');
    line.setAttribute('height', '5');
    line.setAttribute('class', 'line');
    pattern.appendChild(ground);
    pattern.appendChild(line);
    var defs = document.createElementNS(space, 'defs');
    defs.appendChild(pattern);
    svg.appendChild(defs);
    box.querySelectorAll('path.spot.s0').forEach(function (path) { path.setAttribute('fill', 'url(#hatch)'); });
  }

  function draw(data) {
    var layer = L.geoJSON(data, {
      style: style,
      pointToLayer: function (feature, at) {
        var p = feature.properties;
        return L.circleMarker(at, {radius: p.known ? 10 : 3.5, className: 'spot s' + p.step + ' ' + p.level, weight: 1});
      },
      onEachFeature: asLink
    });
    var known = L.featureGroup();
    layer.eachLayer(function (one) { if (one.feature.properties.known) known.addLayer(one); });
    var bounds = (known.getLayers().length ? known : layer).getBounds();
    if (!bounds.isValid()) { box.textContent = say.none; return; }
    map.fitBounds(bounds, {padding: [16, 16]});
    map.setMaxBounds(layer.getBounds().pad(0.3));
    layer.addTo(map);
    layer.eachLayer(function (one) { if (one.feature.geometry.type === 'Point' && one.feature.properties.known) one.bringToFront(); });
    hatch();
    map.on('zoomend', uncrowd);
    uncrowd();
    box.dataset.ready = 'yes';
  }

  fetch(say.url, {credentials: 'same-origin', headers: {Accept: 'application/json'}})
    .then(function (answer) { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
    .then(draw)
    .catch(function () { map.remove(); box.textContent = say.failed; box.className = 'empty'; });
}());
